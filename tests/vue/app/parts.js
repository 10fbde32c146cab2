import { createApp } from "vue";
import PartsApp from "./PartsApp.vue";

const app = createApp(PartsApp);
app.mount("#root");
globalThis.unmount = () => app.unmount();
