import { GROWTH_MONTHS } from "../assumptions";
import type { Catalogue } from "../catalogue/catalogue";
import type { StoreDemand } from "../demand";
import type { SiteId } from "../site";
import { line, OWN_CLUSTER, steady, type Line, type Offer, type Refusal } from "./lines";

/**
 * What a store costs at a site, with its copies.
 *
 * @param writtenGiB what workloads write to it in a month: each copy gets it too
 */
export function storeOffer(
    demand: StoreDemand,
    site: SiteId,
    catalogue: Catalogue,
    writtenGiB = 0,
): Offer | Refusal {
    if (site.cloud === "kubernetes") {
        return OWN_CLUSTER;
    }
    const { sizeGiB, growthGiB } = demand;
    const quantity = {
        min: sizeGiB,
        expected: sizeGiB + GROWTH_MONTHS * growthGiB,
        max: sizeGiB + 2 * GROWTH_MONTHS * growthGiB,
    };
    if (demand.replicas.includes(site.region)) {
        return { reason: "region", text: "one of its copies is to be there" };
    }
    // What grows was written; what is written may also take the place of something.
    const copied = Math.max(growthGiB, writtenGiB);
    const lines: Line[] = [];
    for (const region of [site.region, ...demand.replicas]) {
        const at = { cloud: site.cloud, region };
        const price = catalogue.storage(at);
        if (!price) {
            return {
                reason: "price",
                text: `the catalogue has no storage price for ${site.cloud}/${region}`,
            };
        }
        const copy = region === site.region ? "" : `, copy in ${region}`;
        lines.push(line("storage", `objects${copy}`, "GiB-month", quantity, price));
        if (region !== site.region && copied > 0) {
            const transfer = catalogue.transfer(site, at);
            if (transfer?.kind !== "flat") {
                return {
                    reason: "price",
                    text: `the catalogue has no price of transfer to ${site.cloud}/${region}`,
                };
            }
            lines.push(line("transfer", `new objects to ${region}`, "GiB", steady(copied), transfer.price));
        }
    }
    return { lines, accelerators: {}, machines: [] };
}
