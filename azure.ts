export * from "./providers/azure/customize";
