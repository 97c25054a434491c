import type { PricedCloud } from "../../placement/catalogue/data";
import type { Input } from "./input";

const FILE: Readonly<Record<PricedCloud, string>> = {
    aws: "regions/grid-emissions-factors-aws.csv",
    azure: "regions/grid-emissions-factors-azure.csv",
    gcp: "regions/grid-emissions-factors-gcp.csv",
};

/** Grams of CO2e a kWh by region. */
export const carbon = {
    title:
        "Google's grid carbon intensity of 2024 at its region in the same country (Apache-2.0), else the grid emission " +
        "factors of Cloud Carbon Footprint of 2023-05 (Apache-2.0)",
    of(input: Input, cloud: PricedCloud): (region: string) => number | undefined {
        const google = new Map(
            input
                .csv("regions/google-region-carbon-2024.csv")
                .map((row) => [
                    row["Google Cloud Region"],
                    Number(row["Grid carbon intensity (gCO2eq / kWh)"]),
                ]),
        );
        const older = new Map(
            input
                .csv(FILE[cloud])
                .map((row) => [
                    row.Region.toLowerCase().replaceAll(" ", ""),
                    Number(row["CO2e (metric ton/kWh)"]) * 1e6,
                ]),
        );
        const nearest = input.nearestInCountry(cloud, "gcp");
        return (region) => {
            const near = cloud === "gcp" ? region : nearest.get(region);
            const grams = (near === undefined ? undefined : google.get(near)) ?? older.get(region);
            return grams !== undefined && grams > 0 && grams < 2000 ? grams : undefined;
        };
    },
};
