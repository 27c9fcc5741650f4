import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** Processors that this process may keep busy: those that it may run on, and no more than its container has the time of. */
export function processors(): number {
  return Math.max(1, Math.floor(Math.min(availableParallelism(), cpuQuota())));
}

/**
 * Processors whose time a container may use, by the limits of its control groups; Infinity where there are none.
 *
 * @param root folder that holds `proc` and `sys`
 */
export function cpuQuota(root = '/'): number {
  const read = (...path: string[]) => {
    try {
      return readFileSync(join(root, ...path), 'utf8').trim();
    } catch {
      return '';
    }
  };
  const own = read('proc/self/cgroup');
  const version2 = /^0::(.*)$/m.exec(own)?.[1] ?? '/';
  const version1 = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)$/m.exec(own)?.[1] ?? '/';
  return Math.min(
    ...pathsUp(version2).map((path) =>
      share(...(read('sys/fs/cgroup', path, 'cpu.max').split(' ') as [string, string])),
    ),
    ...pathsUp(version1).map((path) => {
      const of = (name: string) => read('sys/fs/cgroup/cpu', path, name);
      return share(of('cpu.cfs_quota_us'), of('cpu.cfs_period_us'));
    }),
  );
}

/** A group and those around it, whose limits hold for it as well; inside a container its own is the root. */
function pathsUp(path: string): string[] {
  return dirname(path) === path ? [path] : [path, ...pathsUp(dirname(path))];
}

/** Of `max`, of -1 and of nothing there is no limit. */
function share(quota: string, period: string): number {
  const [time, of] = [Number(quota), Number(period)];
  return time > 0 && of > 0 ? time / of : Infinity;
}
