#!/usr/bin/env bash
# Packs the package, installs the tarball in an empty folder as its users do, and trains there with a plugin of the
# folder's own: once where the install script of onnxruntime-node may run, once where it is told to skip its downloads.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
npm pack --silent --pack-destination "$work" "$root" >/dev/null

for flags in "" "--onnxruntime-node-install=skip"; do
  folder="$work/user${flags:+-skip}"
  mkdir "$folder"
  cd "$folder"
  npm init -y >/dev/null
  # shellcheck disable=SC2086
  npm install --silent --no-audit --no-fund $flags "$work"/twinspec-*.tgz
  echo "npm install ${flags:-(no flags)}: onnxruntime-node $([ -d node_modules/onnxruntime-node ] && echo present || echo absent)"

  cat >chebyshev.js <<'PLUGIN'
import { defineDistance } from 'twinspec/plugin';

export default defineDistance({
  name: 'acme/chebyshev',
  summary: 'The largest difference of a coordinate.',
  inject: ['tf'],
  create: (_options, tf) => ({ between: (a, b) => tf.max(tf.abs(tf.sub(a, b)), -1) }),
});
PLUGIN
  cat >spec.yaml <<'SPEC'
version: 1
name: packed
dataset: mnist-pairs
base: { use: mlp, with: { units: [32, 16] } }
distance: acme/chebyshev
loss: contrastive
training: { learningRate: 0.001, batchSize: 512, epochs: 1 }
SPEC
  npx twinspec train spec.yaml --plugin ./chebyshev.js --out run --quiet
  npx twinspec evaluate run --plugin ./chebyshev.js
  cat >embed.mjs <<'SCRIPT'
import { loadModel } from 'twinspec';
import { loadPluginFile } from 'twinspec';
const model = await loadModel('run', { plugins: await loadPluginFile('./chebyshev.js') });
const embedding = await model.embed(new Uint8Array(2 * 784));
console.log('embeds on', model.engine.runtime, embedding.shape, await model.distance(embedding, embedding));
await model.dispose();
SCRIPT
  node embed.mjs
done
