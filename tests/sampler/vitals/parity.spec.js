// What the library's documentation promises, of the library and of the sampler over it.
import { test } from "../../browser.js";
import { cases, compare } from "./cases.js";

compare(test, cases);
