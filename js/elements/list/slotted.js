/**
 * A copy of the child that fills a slot; of a `<template>`, its content, which React and Vue append
 * to the template itself.
 * @param {HTMLElement} host @param {string} name
 */
export function slotted(host, name) {
  const child = host.querySelector(`:scope > [slot="${name}"]`);
  if (!(child instanceof HTMLTemplateElement)) return child?.cloneNode(true);
  const copy = document.createDocumentFragment();
  const { childNodes } = child.content.hasChildNodes() ? child.content : child;
  for (const node of childNodes) copy.append(document.importNode(node, true));
  return copy;
}
