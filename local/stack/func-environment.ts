// Which variables of this machine `func` does not get.

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * By each of these the host takes this machine for one of Azure's, and then looks for its extension bundle below `$HOME/data`,
 * where Core Tools have put none. Containers and development images set some of them.
 * Source: azure-functions-host 4.1037, ExtensionBundleConfigurationHelper.cs and EnvironmentExtensions.cs.
 */
const PLATFORM_VARIABLES = [
  'CONTAINER_NAME',
  'DOTNET_RUNNING_IN_CONTAINER',
  'WEBSITE_INSTANCE_ID',
  'WEBSITE_SKU',
] as const;

export function toFuncEnvironment(environment: Environment): Record<string, string | undefined> {
  const kept = { ...environment };
  for (const name of PLATFORM_VARIABLES) delete kept[name];
  return kept;
}

/** Those of them that are set here. */
export function findPlatformVariables(environment: Environment): readonly string[] {
  return PLATFORM_VARIABLES.filter((name) => environment[name]);
}
