/**
 * Countries, continents, named sets of countries, distance and latency between places.
 */

/** Continents as transfer prices draw them. */
export type Continent =
    "africa" | "asia" | "europe" | "middleEast" | "northAmerica" | "oceania" | "southAmerica";

const CONTINENT: Readonly<Record<Continent, string>> = {
    africa: "DZ EG ET GH KE MA NG SN TN TZ UG ZA",
    asia: "BD CN HK ID IN JP KH KR LK MM MN MY NP PH PK SG TH TW VN",
    europe:
        "AD AL AT BA BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL " +
        "PT RO RS SE SI SK SM UA VA",
    middleEast: "AE BH IL IQ JO KW LB OM QA SA TR",
    northAmerica: "CA CR CU DO GT HN JM MX NI PA PR SV US",
    oceania: "AU FJ NC NZ PG",
    southAmerica: "AR BO BR CL CO EC GY PE PY SR UY VE",
};

const CONTINENT_OF = new Map(
    (Object.entries(CONTINENT) as [Continent, string][]).flatMap(([continent, countries]) =>
        countries.split(" ").map((country) => [country, continent] as const),
    ),
);

/** The continent of a country (ISO 3166-1 alpha-2); undefined for a country that is not in the table. */
export function continentOf(country: string): Continent | undefined {
    return CONTINENT_OF.get(country);
}

export function isCountry(code: string): boolean {
    return CONTINENT_OF.has(code);
}

/** All countries that the tables know. */
export const COUNTRIES: readonly string[] = [...CONTINENT_OF.keys()].sort();

/** Member states of the European Union (2026). */
const EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split(" ");

/** The European Economic Area: the Union with Iceland, Liechtenstein and Norway. */
const EEA = [...EU, "IS", "LI", "NO"];

/**
 * Named sets of countries that a residency rule may name.
 *
 * `GDPR` is the EEA and the countries whose protection the European Commission has found adequate without a
 * condition on the receiver (decisions in force, 2026-01): the United States and Canada are not in it, because their
 * decisions cover certified or commercial organisations only.
 */
export const COUNTRY_SETS = {
    EU,
    EEA,
    GDPR: [...EEA, "AD", "AR", "CH", "GB", "IL", "JP", "KR", "NZ", "UY"],
} as const satisfies Record<string, readonly string[]>;

export type CountrySet = keyof typeof COUNTRY_SETS;

/** The countries that a residency rule names: sets and countries together. */
export function countriesOf(names: readonly string[]): ReadonlySet<string> {
    return new Set(
        names.flatMap((name) => (name in COUNTRY_SETS ? COUNTRY_SETS[name as CountrySet] : [name])),
    );
}

/** A point on the globe, in degrees. */
export interface Coordinates {
    readonly latitude: number;
    readonly longitude: number;
}

const EARTH_RADIUS_KM = 6371;

/** Length of the great circle between two points, in km. */
export function distanceKm(from: Coordinates, to: Coordinates): number {
    const radians = (degrees: number): number => (degrees * Math.PI) / 180;
    const latitude = radians(to.latitude - from.latitude);
    const longitude = radians(to.longitude - from.longitude);
    const haversine =
        Math.sin(latitude / 2) ** 2 +
        Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * Math.sin(longitude / 2) ** 2;
    return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(haversine)));
}

/**
 * Round trip between two places in ms, estimated from their distance. The line is a least-squares fit through the
 * 8,010 pairs of regions that the Skyplane project measured in 2022-04 (Apache-2.0); half of them lie within -29 % and
 * +11 % of it.
 */
export function latencyMs(from: Coordinates, to: Coordinates): number {
    const km = distanceKm(from, to);
    // The fit's constant is that of long paths; within a metropolis a round trip takes a few milliseconds.
    return km < 100 ? 2 + 0.02 * km : Math.min(22.8, 4 + 0.02 * km) + 0.0149 * km;
}
