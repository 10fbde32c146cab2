import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { must } from "../run.js";

const MODULE = `
#include <emscripten/bind.h>

#include <cstdint>
#include <expected>
#include <format>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace {
std::expected<uint32_t, int> first(std::span<const uint32_t> values) {
  if (values.empty()) return std::unexpected(1);
  return values.front();
}

class Answer {
 public:
  explicit Answer(uint32_t value) : values_{value} { names_["answer"] = value; }
  uint32_t value() const { return first(values_).value_or(0); }
  std::string text() const { return std::to_string(names_.at("answer")); }

 private:
  std::vector<uint32_t> values_;
  std::unordered_map<std::string, uint32_t> names_;
};
}  // namespace

EMSCRIPTEN_BINDINGS(proof) {
  emscripten::class_<Answer>("Answer")
      .constructor<uint32_t>()
      .function("value", &Answer::value)
      .function("text", &Answer::text);
}
`;

const PROGRAM = `
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <mutex>
#include <random>
#include <regex.h>
#include <sstream>
#include <string>
#include <typeinfo>

int main() {
  std::mutex mutex;
  std::lock_guard lock(mutex);
  std::mt19937 random(1);
  std::map<std::string, long> counts{{typeid(random).name(), static_cast<long>(random())}};
  std::ostringstream text;
  text << counts.size() << std::chrono::steady_clock::now().time_since_epoch().count() << 1.5;
  regex_t pattern;
  if (regcomp(&pattern, "^[0-9.]+$", REG_EXTENDED | REG_NOSUB) != 0) return 1;
  std::cout << (regexec(&pattern, text.str().c_str(), 0, nullptr, 0) == 0 ? "42" : "0") << std::endl;
}
`;

const MODULE_FLAGS = [
  "-std=c++23 -fno-exceptions -fno-rtti -msimd128 -DEMSCRIPTEN_HAS_UNBOUND_TYPE_NAMES=0 -Oz",
  "-lembind -sMODULARIZE -sEXPORT_ES6 -sDYNAMIC_EXECUTION=0 -sENVIRONMENT=web,worker",
  "-sMALLOC=emmalloc -sALLOW_MEMORY_GROWTH -sINCOMING_MODULE_JS_API=wasmBinary",
].flatMap((line) => line.split(" "));

const PROGRAM_FLAGS = [
  "-std=c++23 -fno-exceptions -O2",
  "-sENVIRONMENT=node -sALLOW_MEMORY_GROWTH -sEXIT_RUNTIME -sNODERAWFS",
].flatMap((line) => line.split(" "));

/**
 * Builds and runs the project's two kinds of program: a module for the browser and a test for Node.
 * A new Emscripten builds its system libraries meanwhile and caches them.
 *
 * @param {import("./emscripten-choice.js").Emscripten} emscripten
 * @param {string} folder for the output; removed at the end
 * @param {(text: string) => void} note receives the name of each system library that is being built
 * @throws if one of them does not build or run
 */
export async function proveEmscripten({ root, env }, folder, note) {
  mkdirSync(folder, { recursive: true });
  const watch = (/** @type {string} */ text) => {
    for (const [, library] of text.matchAll(/generating system library: \S*\/(\S+\.a)/g)) {
      note(library);
    }
  };
  const build = (/** @type {string[]} */ ...args) =>
    must(join(root, "em++"), args, { cwd: folder, env, watch });
  try {
    writeFileSync(join(folder, "module.cpp"), MODULE);
    await build("module.cpp", "-o", "module.mjs", ...MODULE_FLAGS);
    writeFileSync(
      join(folder, "run.mjs"),
      `import { readFile } from "node:fs/promises";
       import load from ${JSON.stringify(pathToFileURL(join(folder, "module.mjs")).href)};
       const wasmBinary = await readFile(new URL("module.wasm", import.meta.url));
       const { Answer } = await load({ wasmBinary });
       const answer = new Answer(42);
       console.log(answer.value(), answer.text());`,
    );
    expect(await must(process.execPath, ["run.mjs"], { cwd: folder }), "42 42");

    writeFileSync(join(folder, "program.cpp"), PROGRAM);
    await build("program.cpp", "-o", "program.cjs", ...PROGRAM_FLAGS);
    expect(await must(process.execPath, ["program.cjs"], { cwd: folder }), "42");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} printed
 * @param {string} wanted
 */
function expect(printed, wanted) {
  if (printed.trim() !== wanted) {
    throw new Error(`a program built by Emscripten printed "${printed.trim()}", not "${wanted}"`);
  }
}
