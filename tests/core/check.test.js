import assert from "node:assert/strict";
import { test } from "node:test";
import * as check from "../../js/core/check.js";

const where = "f";
const fails = (options, checks, name, message) =>
  assert.throws(() => check.checkOptions(where, options, checks), { name, message });

test("an unknown option is named", () => {
  fails({ sise: 1 }, { size: check.duration }, "TypeError", /f: unknown option "sise"/);
  fails({ toString: 1 }, { size: check.duration }, "TypeError", /unknown option "toString"/);
});

test("options that are not an object are refused", () => {
  fails(null, {}, "TypeError", /options must be an object/);
  fails("x", {}, "TypeError", /options must be an object, got "x"/);
});

test("undefined stands for absent", () => {
  check.checkOptions(where, { size: undefined }, { size: check.duration });
});

test("numbers: type, range, NaN and infinity", () => {
  const checks = { size: check.numberIn(0, 10), count: check.integerIn(1, Infinity) };
  check.checkOptions(where, { size: 10, count: 3 }, checks);
  fails({ size: "1" }, checks, "TypeError", /size must be a number, got "1"/);
  fails({ size: Number.NaN }, checks, "RangeError", /size must be between 0 and 10, got NaN/);
  fails({ size: -1 }, checks, "RangeError", /size/);
  fails({ size: Infinity }, checks, "RangeError", /size/);
  fails({ count: 1.5 }, checks, "RangeError", /count must be an integer/);
});

test("the other checks name the expected type", () => {
  fails({ a: 1 }, { a: check.boolean }, "TypeError", /a must be true or false/);
  fails({ a: 1 }, { a: check.string }, "TypeError", /a must be a string/);
  fails({ a: 1 }, { a: check.func }, "TypeError", /a must be a function/);
  fails({ a: 1 }, { a: check.abortSignal }, "TypeError", /a must be an AbortSignal/);
  fails({ a: "z" }, { a: check.oneOf(["x", "y"]) }, "TypeError", /a must be one of x, y, got "z"/);
  check.checkOptions(where, { a: new AbortController().signal }, { a: check.abortSignal });
});
