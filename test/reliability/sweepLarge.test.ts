import { sweepTable } from '../support/sweep/sweepTable';

sweepTable('sweepLarge', [2_000, 5_000]);
