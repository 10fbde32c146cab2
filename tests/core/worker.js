import { init } from "/apus/index.js";

init().then(
  () => postMessage("ready"),
  (error) => postMessage(String(error)),
);
