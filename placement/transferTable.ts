import type { Catalogue } from "./catalogue/catalogue";
import type { SiteId } from "./site";
import type { TransferTable } from "./solver/problem";

/**
 * Transfer prices between all sites. Traffic passes a cluster's NAT gateway when it leaves the reach of the private
 * endpoints: to another cloud, and on AWS also to another region, whose buckets a gateway endpoint does not serve.
 */
export function transferTable(sites: readonly SiteId[], catalogue: Catalogue): TransferTable {
    const size = sites.length;
    const flat = new Float64Array(size * size);
    const nat = new Float64Array(size * size);
    sites.forEach((from, row) => {
        const gateway = catalogue.fixed(from, "natGiB")?.micros ?? 0;
        sites.forEach((to, column) => {
            const price = catalogue.transfer(from, to);
            const at = row * size + column;
            flat[at] =
                price === undefined
                    ? Infinity
                    : price.kind === "free"
                      ? 0
                      : price.kind === "flat"
                        ? price.price.micros
                        : NaN;
            const beyond = from.cloud !== to.cloud || (from.cloud === "aws" && from.region !== to.region);
            nat[at] = beyond ? gateway : 0;
        });
    });
    const internet = sites.map((site) => {
        const price = catalogue.transfer(site, "internet");
        return price?.kind === "tiered"
            ? price.price.tiers
            : price?.kind === "free"
              ? []
              : price && ([[null, price.price.micros]] as const);
    });
    return { flat, nat, internet, natInternet: new Float64Array(size) };
}
