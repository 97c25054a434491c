import type { Catalogue } from "../catalogue/catalogue";
import { PRICED_CLOUDS, type PricedCloud } from "../catalogue/data";
import type { SiteId } from "../site";
import { line, type Line, type Range } from "./lines";

/** What a tonne of CO2e is worth in the choice of a place, in micro-dollars. It is in no bill. */
export interface CarbonPrice {
    readonly microsPerTonne: number;
}

/** The price of the CO2e of some kWh at a site; nothing where carbon has no price or the grid's figure is unknown. */
export function carbonLine(
    carbon: CarbonPrice | undefined,
    site: SiteId,
    catalogue: Catalogue,
    kwh: Range,
): Line[] {
    const grams = catalogue.region(site)?.carbon;
    if (carbon === undefined || grams === undefined || !isPriced(site.cloud)) {
        return [];
    }
    const tonnes = (count: number): number => (count * grams) / 1e6;
    const quantity = { min: tonnes(kwh.min), expected: tonnes(kwh.expected), max: tonnes(kwh.max) };
    const price = { micros: carbon.microsPerTonne, source: catalogue.carbonSource(site.cloud) };
    return [line("carbon", `CO2e at ${grams} g a kWh`, "t", quantity, price)];
}

function isPriced(cloud: string): cloud is PricedCloud {
    return (PRICED_CLOUDS as readonly string[]).includes(cloud);
}
