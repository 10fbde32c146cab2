// What the tests use in the page: React, and all of apus/react.
import * as React from "react";
import { createRoot, hydrateRoot } from "react-dom/client";
import { Cache } from "../../../js/cache/index.js";
import * as apus from "../../../js/react/index.js";
import { Town } from "./town.js";

window.kit = { ...React, ...apus, h: React.createElement, createRoot, hydrateRoot, Cache, Town };
