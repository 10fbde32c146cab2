/** Letters that Unicode does not split into a letter and a mark. @type {Record<string, string>} */
const letters = {
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ə: "e",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  þ: "th",
  "-": " ",
  "’": "'",
  "‘": "'",
  "`": "'",
  "”": '"',
};

const special = new RegExp(`[${Object.keys(letters).join("").replace("-", "\\-")}]`, "g");
const marks = /\p{M}+/gu;

/**
 * Folds text for comparison: removes case and diacritics, turns hyphens to spaces.
 * "Saint-Étienne" and "saint etienne" become the same.
 * @param {string} text @returns {string} line ends stay line ends
 */
export function fold(text) {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(marks, "")
    .replace(special, (letter) => letters[letter]);
}

/**
 * Finds folded text in the original text.
 * @param {string} text @param {string} folded not empty
 * @returns {[start: number, end: number] | undefined} UTF-16 units
 */
export function findFolded(text, folded) {
  let line = "";
  /** @type {number[]} for each unit of `line`, the unit of `text` it came from */
  const origin = [];
  let at = 0;
  for (const letter of text) {
    const part = fold(letter);
    for (let i = 0; i < part.length; i++) origin.push(at);
    line += part;
    at += letter.length;
  }
  const start = line.indexOf(folded);
  if (start < 0) return;
  const end = origin[start + folded.length] ?? text.length;
  return [origin[start], end];
}
