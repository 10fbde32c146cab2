// What leaves a page whose code puts a visitor's words wherever names go.

const words = "Zebra: Quartz & more";
const mail = "zebra.quartz@example.org";

/** The page's script; it runs once the visitor has typed. */
export const secretsScript = `import { Sampler } from "./js/sampler/index.js";
  const format = new URL(location.href).searchParams.get("format");
  const sampler = await Sampler.start({
    endpoint: "/bench/collected",
    exemplars: 50,
    vitals: { generateTarget: (node) => 'button[data-q="' + node?.dataset?.q + '"]' },
    transport: { format, compress: false },
  });
  const [words, mail] = document.querySelectorAll("input");
  document.querySelector("button").addEventListener("click", async ({ target }) => {
    const q = words.value;
    target.dataset.q = q;
    history.replaceState(null, "", "?format=" + format + "&q=" + q + "#q=" + q);
    const spans = ["search?q=" + q, "q=" + q, 'find "' + q + '"', "find '" + q + "' again", "find “" + q + "”",
      location.origin + "/find?q=" + q, location.origin + "/find#q=" + q, "#/find/" + q, "input[value=" + q + "]",
      JSON.stringify({ q }), "to " + mail.value, "to " + encodeURIComponent(mail.value)];
    for (const name of spans) {
      performance.mark(name);
      performance.measure(name, { start: 0, duration: 5 });
      sampler.track("tracked " + name, 1, { [name]: 1, filter: name });
    }
    for (const name of [encodeURIComponent(q), q]) {
      await fetch("/bench/resource?q=" + name);
      await fetch("/bench/resource#q=" + name);
    }
    document.body.append(Object.assign(new Image(), { src: "/bench/missing?q=" + q }));
    Promise.reject(Object.assign(new Error(q), { name: 'Failed "' + q + '"' }));
    const end = performance.now() + 100;
    while (performance.now() < end);
    setTimeout(async () => {
      await sampler.flush();
      fetch("/bench/ready");
    }, 500);
  });
  document.body.dataset.listens = "yes";`;

export const secretsPage = `<!doctype html><title>secrets</title><link rel="icon" href="data:,">
  <script src="/apus/boot.js"></script><label>Words <input></label><label>Mail <input></label>
  <button type="button">Search</button><script type="module" src="/bench/secrets.js"></script>`;

/**
 * @param {import("playwright-core").Browser} browser @param {string} url
 * @param {string[]} collected bodies that arrive
 * @returns {Promise<number>} the visitor's words in what was sent as JSON and OTLP
 */
export async function benchSecrets(browser, url, collected) {
  for (const format of ["json", "otlp"]) {
    const page = await browser.newPage();
    const before = collected.length;
    await page.goto(`${url}/bench/secrets?format=${format}`);
    await page.waitForSelector("[data-listens]");
    await page.locator("input").first().pressSequentially(words);
    await page.locator("input").last().pressSequentially(mail);
    const ready = page.waitForRequest("**/bench/ready");
    await page.click("button");
    await ready;
    await page.close({ runBeforeUnload: true });
    const names =
      collected
        .slice(before)
        .join()
        .match(/"tracked /g)?.length ?? 0;
    if (names === 0) throw new Error(`${format}: nothing arrived`);
  }
  return collected.join().match(/zebra|quartz/gi)?.length ?? 0;
}
