import type { Invoke } from "./index";

/** Google Cloud data sources that programs use before anything exists. */
export const gcpInvokes: Readonly<Record<string, Invoke>> = {
    "gcp:organizations/getClientConfig:getClientConfig": (_, { config, region, hex }) => ({
        id: `projects/${config.project}`,
        project: config.project,
        region,
        zone: `${region}-a`,
        accessToken: `ya29.${hex("token", 64)}`,
        defaultLabels: {},
    }),
    "gcp:organizations/getProject:getProject": (args, { config }) => ({
        id: `projects/${String(args.projectId ?? config.project)}`,
        projectId: String(args.projectId ?? config.project),
        name: String(args.projectId ?? config.project),
        number: projectNumber,
        autoCreateNetwork: true,
        billingAccount: "000000-000000-000000",
        deletionPolicy: "PREVENT",
        effectiveLabels: {},
        folderId: "",
        labels: {},
        orgId: "",
        pulumiLabels: {},
        tags: {},
    }),
    "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": (args, { config }) => {
        const email = `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
        return {
            id: email,
            emailAddress: email,
            member: `serviceAccount:${email}`,
            project: String(args.project ?? config.project),
        };
    },
    "gcp:compute/getZones:getZones": (args, { config, region }) => ({
        id: `projects/${config.project}/regions/${String(args.region ?? region)}`,
        names: ["a", "b", "c"].map((zone) => `${String(args.region ?? region)}-${zone}`),
        project: config.project,
    }),
};

const projectNumber = "100000000001";
