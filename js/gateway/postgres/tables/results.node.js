import { Refusal } from "../../requests.node.js";

/** @typedef {import("./spec.node.js").Answer} Answer */
/** @typedef {import("./spec.node.js").Once} Once */
/** @typedef {import("./work.node.js").Transaction} Transaction */
/** @typedef {import("./work.node.js").Work} Work */

/** The first answers to changes with a key. */
export const resultsSql = `CREATE TABLE IF NOT EXISTS apus_results (
  key text PRIMARY KEY,
  digest text NOT NULL,
  status int NOT NULL,
  body text NOT NULL,
  created timestamptz NOT NULL DEFAULT now()
)`;
/** For which they are kept. */
export const KEPT = 86_400_000; // ms
const CLEANED = 3_600_000; // ms

/** When each pool was cleaned last. @type {WeakMap<Work, Promise<number>>} */
const cleaned = new WeakMap();

/**
 * Makes the table if there is none, and removes old rows once an hour.
 * @param {Work} work
 */
export async function prepareResults(work) {
  const last = cleaned.get(work);
  if (last && Date.now() - (await last) < CLEANED) return;
  const next = work
    .write(async (transaction) => {
      // Only one at a time: CREATE TABLE IF NOT EXISTS fails if two do it at once.
      await transaction.rows("SELECT pg_advisory_xact_lock(hashtext('apus_results'))");
      const [{ there }] = await transaction.rows(
        "SELECT to_regclass('apus_results') IS NOT NULL AS there",
      );
      if (!there) await transaction.rows(resultsSql);
      await transaction.rows(
        "DELETE FROM apus_results WHERE created < now() - $1 * interval '1 millisecond'",
        [KEPT],
      );
    })
    .then(() => Date.now());
  cleaned.set(work, next);
  await next.catch((error) => {
    cleaned.delete(work);
    throw error;
  });
}

/**
 * Applies a change once: whoever comes again with the key gets the first answer.
 * @param {Transaction} transaction
 * @param {Once} once
 * @param {() => Promise<Answer>} change in the same transaction
 * @returns {Promise<Answer>}
 */
export async function applyOnce(transaction, { key, digest }, change) {
  const [{ mine }] = await transaction.rows(
    "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS mine",
    [`apus_results ${key}`],
  );
  if (!mine) throw inProgress();
  const [kept] = await transaction.rows(
    "SELECT digest, status, body FROM apus_results WHERE key = $1 AND created >= now() - $2 * interval '1 millisecond'",
    [key, KEPT],
  );
  if (kept) return replay(/** @type {Answer & { digest: string }} */ (kept), digest);
  const answer = await change();
  await transaction.rows(
    `INSERT INTO apus_results (key, digest, status, body) VALUES ($1, $2, $3, $4)
     ON CONFLICT (key) DO UPDATE SET digest = $2, status = $3, body = $4, created = now()`,
    [key, digest, answer.status, answer.body],
  );
  return answer;
}

export const inProgress = () =>
  new Refusal(409, "IN_PROGRESS", "a request with this key is under way", { "retry-after": "1" });

/** @param {{ digest?: string } & Answer} kept @param {string} digest @returns {Answer} */
export function replay(kept, digest) {
  if (kept.digest !== digest) {
    throw new Refusal(422, "KEY_REUSED", "another request had this Idempotency-Key");
  }
  return { status: kept.status, body: kept.body, replayed: true };
}
