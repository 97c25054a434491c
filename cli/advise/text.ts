import type { Advice, AdviceBreakEven, Option } from "../../placement/advise/advise";
import { count } from "../../placement/flows";
import { dollars, formatMoney } from "../../placement/money";
import { columns, indented } from "../plan/text";

const LATENCY = {
    interactive: "at once",
    afterColdStart: "at once, but for cold starts",
    queued: "from a queue",
    batch: "with the next run",
} as const;

/** An advice as text. */
export function renderAdvice(advice: Advice): string {
    const { options, breakEvens, workload, sources, catalogue } = advice;
    const possible = options.filter(({ feasible }) => feasible);
    const rows = [
        ["", "at", "a month", "idle to peak", "1,000 requests", "cold start", "to zero", "answers", "on"],
        ...possible.map(row),
    ];
    const refused = options
        .filter(({ feasible }) => !feasible)
        .map(({ service, site, reasons }) => [service, site, reasons.join("; ")]);
    return [
        `${count(workload.requestsPerMonth)} requests a month of ${count(workload.secondsPerRequest)} s, ${workload.accelerators.join(" or ") || `${workload.vcpu} vCPU and ${workload.memoryGiB} GiB`}`,
        ...(possible.length > 0 ? block("Possible", columns(rows)) : []),
        ...(refused.length > 0 ? block("Not possible", columns(refused)) : []),
        ...block("Advice", recommendationLines(advice)),
        ...(breakEvens.length > 0
            ? block("The cheapest changes with the load", columns(breakEvens.map(breakEvenRow)))
            : []),
        ...block(
            `Prices of ${catalogue}; figures from`,
            sources.map(({ date, kind, title }) => `${date} ${kind}: ${title}`),
        ),
        "",
    ].join("\n");
}

function block(title: string, lines: readonly string[]): string[] {
    return ["", `${title}:`, ...indented(lines)];
}

function row({ service, site, cost, per1000, coldStart, scaleToZero, latency, runsOn }: Option): string[] {
    return [
        service,
        site,
        cost ? formatMoney(cost.expected) : "",
        cost ? `${formatMoney(cost.min)} to ${formatMoney(cost.max)}` : "",
        per1000 === undefined ? "" : `$${Number(dollars(per1000).toPrecision(3))}`,
        coldStart ? `${count(coldStart.seconds)} s` : "",
        scaleToZero ? "yes" : "no",
        latency ? LATENCY[latency] : "",
        runsOn ?? "",
    ];
}

function recommendationLines({ recommendation }: Advice): string[] {
    if (recommendation === undefined) {
        return ["nothing that is compared here can do this: ease a limit above"];
    }
    const { service, site, runnerUp, close, declare } = recommendation;
    return [
        `${service} at ${site} is the cheapest`,
        ...(runnerUp
            ? [
                  `next by another architecture: ${runnerUp.service} at ${runnerUp.site}, ${formatMoney(runnerUp.extra)} a month more` +
                      (close ? "; the prices are not sure enough to tell them apart" : ""),
              ]
            : []),
        declare === undefined
            ? "no component of barycenter makes this: declare it beside the others with the cloud's own resources"
            : `declare it: ${declare}`,
    ];
}

function breakEvenRow({ requestsPerMonth, from = "nothing", to = "nothing" }: AdviceBreakEven): string[] {
    return [`from ${count(requestsPerMonth)} requests a month`, `${from}  →  ${to}`];
}
