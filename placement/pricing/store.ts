import { GROWTH_MONTHS } from "../assumptions";
import type { Catalogue } from "../catalogue/catalogue";
import type { StoreDemand } from "../demand";
import type { SiteId } from "../site";
import { line, OWN_CLUSTER, type Line, type Offer, type Refusal } from "./lines";

/** What a store costs at a site, with its copies. */
export function storeOffer(demand: StoreDemand, site: SiteId, catalogue: Catalogue): Offer | Refusal {
    if (site.cloud === "kubernetes") {
        return OWN_CLUSTER;
    }
    const { sizeGiB, growthGiB } = demand;
    const quantity = {
        min: sizeGiB,
        expected: sizeGiB + GROWTH_MONTHS * growthGiB,
        max: sizeGiB + 2 * GROWTH_MONTHS * growthGiB,
    };
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
        if (region !== site.region && growthGiB > 0) {
            const transfer = catalogue.transfer(site, at);
            if (transfer?.kind === "flat") {
                const moved = { min: 0, expected: growthGiB, max: growthGiB };
                lines.push(line("transfer", `new objects to ${region}`, "GiB", moved, transfer.price));
            }
        }
    }
    return { lines, accelerators: {}, machines: [] };
}
