import { hydrate, mount, unmount } from "svelte";
import App from "./App.svelte";

const target = document.querySelector("#root");
const app = (target.firstChild ? hydrate : mount)(App, { target });
globalThis.unmount = () => unmount(app);
