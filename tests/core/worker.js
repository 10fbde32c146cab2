import { init } from "/apus/index.js";

init({ list: {} }).then(
  () => postMessage("ready"),
  (error) => postMessage(String(error)),
);
