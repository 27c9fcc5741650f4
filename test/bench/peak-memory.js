// Loaded with --import: at its end the process appends its peak resident memory, in MiB, to the file BENCH_PEAK.
import { writeFileSync } from 'node:fs';

process.on('exit', () => writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS / 1024)));
