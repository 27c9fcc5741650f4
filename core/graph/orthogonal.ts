import type { RandomStream } from '../plugin/random.js';
import { sizeOf, type Shape } from '../plugin/tensors.js';

/**
 * A random matrix whose rows or columns, whichever are fewer, are orthonormal; row-major. All axes of the shape but the last
 * are its rows. Normal vectors are made orthogonal one after the other, twice, since once leaves rounding (Giraud, Langou &
 * Rozložník, 2005).
 */
export function orthogonal(shape: Shape, random: RandomStream): Float32Array {
  const columns = shape.at(-1) ?? 1;
  const rows = sizeOf(shape) / columns;
  const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
  const basis: Float64Array[] = [];
  for (let index = 0; index < count; index++) {
    const vector = Float64Array.from({ length }, random.normal);
    for (let time = 0; time < 2; time++) for (const other of basis) subtractProjection(vector, other);
    basis.push(scaledToOne(vector));
  }
  const matrix = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      matrix[row * columns + column] = rows <= columns ? basis[row][column] : basis[column][row];
    }
  }
  return matrix;
}

function subtractProjection(vector: Float64Array, unit: Float64Array): void {
  const share = dot(vector, unit);
  for (let at = 0; at < vector.length; at++) vector[at] -= share * unit[at];
}

function scaledToOne(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => value / length);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, at) => sum + value * b[at], 0);
}
