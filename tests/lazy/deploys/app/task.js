/* global BUILD */
postMessage(`${BUILD} ${import.meta.url.startsWith("http")}`);
