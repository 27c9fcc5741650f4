import { blobs } from './blobs.js';

export default blobs();
