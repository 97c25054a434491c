export * from "./providers/gcp/customize";
