import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cpuQuota, processors } from '../../../plugins/engines/processors.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const folder = temporaryFolder();

/** The limit that a machine with these files sets. */
function quotaOf(files: Readonly<Record<string, string>>): number {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder(), name)), { recursive: true });
    writeFileSync(join(folder(), name), `${text}\n`);
  }
  return cpuQuota(folder());
}

const group = 'proc/self/cgroup';

describe('the processors of a container', () => {
  it.each([
    ['nothing is told', {}, Infinity],
    ['there is no limit', { [group]: '0::/', 'sys/fs/cgroup/cpu.max': 'max 100000' }, Infinity],
    ['it has the time of two and a half', { [group]: '0::/', 'sys/fs/cgroup/cpu.max': '250000 100000' }, 2.5],
    [
      'the group around it has less',
      {
        [group]: '0::/pods/one',
        'sys/fs/cgroup/pods/one/cpu.max': '400000 100000',
        'sys/fs/cgroup/pods/cpu.max': '150000 100000',
      },
      1.5,
    ],
    [
      'its group is the root of what it sees',
      { [group]: '0::/docker/abc', 'sys/fs/cgroup/cpu.max': '50000 100000' },
      0.5,
    ],
    [
      'its groups are of version 1',
      {
        [group]: '4:memory:/x\n3:cpu,cpuacct:/docker/abc\n0::/',
        'sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '300000',
        'sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000',
      },
      3,
    ],
    [
      'version 1 has no limit',
      {
        [group]: '3:cpuacct,cpu:/',
        'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1',
        'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000',
      },
      Infinity,
    ],
    ['the file is damaged', { [group]: '0::/', 'sys/fs/cgroup/cpu.max': 'x' }, Infinity],
  ])('%s', (_title, files, expected) => {
    expect(quotaOf(files)).toBe(expected);
  });

  it('are at least one here', () => {
    expect(processors()).toBeGreaterThanOrEqual(1);
    expect(Number.isInteger(processors())).toBe(true);
  });
});
