import type { EngineDescriptor } from 'twinspec/plugin';

/** Why a test of this engine is skipped, for its title; null where the engine runs here. */
export async function absence(engine: EngineDescriptor): Promise<string | null> {
  const availability = await engine.probe();
  return availability.available ? null : `skipped: ${availability.reason}`;
}
