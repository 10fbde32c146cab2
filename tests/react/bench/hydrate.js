// Hydrates what a server rendered into #root, with React's development build.
import { createElement } from "react";
import { hydrateRoot } from "react-dom/client";
import { Town } from "../app/town.js";

hydrateRoot(document.getElementById("root"), createElement(Town));
