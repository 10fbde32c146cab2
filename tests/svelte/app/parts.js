import { mount, unmount } from "svelte";
import Parts from "./Parts.svelte";

const app = mount(Parts, { target: document.querySelector("#root") });
globalThis.unmount = () => unmount(app);
