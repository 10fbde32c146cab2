import { createApp, createSSRApp } from "vue";
import App from "./App.vue";

const target = document.querySelector("#root");
const app = target.firstChild ? createSSRApp(App) : createApp(App);
app.mount(target);
globalThis.unmount = () => app.unmount();
