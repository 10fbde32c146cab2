import "/apus/define.js";
import { chat } from "./chat.js";
import { gallery } from "./gallery.js";
import { log } from "./log.js";
import { numbers } from "./numbers.js";
import { order } from "./order.js";

/** @param {string} id @returns {any} */
const get = (id) => document.getElementById(id);

numbers(get("numbers"), get("go"), get("where"));
log(get("log"), get("log-pause"));
chat(get("chat"), get("say"));
gallery(get("gallery"));
order(get("order"), get("order-reset"), get("moved"));
