import { PROJECT_NUMBER } from "../rules/gcp/shared";
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
        number: PROJECT_NUMBER,
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
        const email = `service-${PROJECT_NUMBER}@gs-project-accounts.iam.gserviceaccount.com`;
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
    "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount": (args, { config }) => {
        const email = `project-${PROJECT_NUMBER}@storage-transfer-service.iam.gserviceaccount.com`;
        return {
            id: email,
            email,
            member: `serviceAccount:${email}`,
            subjectId: PROJECT_NUMBER,
            project: String(args.project ?? config.project),
        };
    },
    // Every zone has the machine type that is asked for by name.
    "gcp:compute/getMachineTypes:getMachineTypes": (args, { config }) => {
        const name = /^name = "(.+)"$/.exec(String(args.filter ?? ""))?.[1];
        return {
            id: `projects/${config.project}/zones/${String(args.zone)}`,
            machineTypes: name === undefined ? [] : [{ name }],
            project: config.project,
        };
    },
};
