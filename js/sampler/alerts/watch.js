/** Compares a visit's numbers with the page's rules and budgets; loaded when there are any. */
import { Alerts } from "./alerts.js";
import { BudgetWatch, parseBudgets } from "./budgets.js";
import { parseChannels } from "./channels.js";
import { Numbers } from "./numbers.js";
import { parseRules } from "./rules.js";

/** @typedef {ReturnType<ReturnType<typeof parseWatch>>} Watch */

/**
 * @param {Pick<import("../options.js").SamplerOptions, "alerts" | "budgets" | "channels">} options
 * @returns what makes a visit's watch
 * @throws {TypeError} names the field
 */
export function parseWatch({ alerts = [], budgets = {}, channels = [] }) {
  const rules = parseRules(alerts);
  const limits = parseBudgets(budgets);
  const receivers = parseChannels(channels);
  /**
   * @param {Pick<import("../visit.js").Host, "histograms" | "now" | "dispatch"> & {
   *   vitals: import("../page-views.js").PageViews["current"] }} host
   * @param {import("../details/resources.js").Resources} resources
   * @param {() => boolean} over whether the visit has ended, which a listener may cause
   */
  return (host, resources, over) => {
    const numbers = new Numbers(host, resources);
    const budgets = new BudgetWatch(limits, numbers);
    const alerts = new Alerts(rules, numbers, (alert) => {
      if (over()) return;
      host.dispatch("alert", alert);
      for (const receive of receivers) safely(() => receive(alert));
    });
    return {
      /** @param {number} now ms @returns {boolean} whether an alert is firing */
      pulse(now) {
        budgets.check((exceeded) => over() || host.dispatch("budget", exceeded));
        alerts.evaluate(now);
        return alerts.firing.length > 0;
      },
      report: () => ({
        alerts: { firing: alerts.firing, log: alerts.log },
        budgets: budgets.report(),
      }),
    };
  };
}

/** An exception in one of the page's channels must not stop the others. @param {() => void} action */
function safely(action) {
  try {
    action();
  } catch (error) {
    globalThis.reportError?.(error);
  }
}
