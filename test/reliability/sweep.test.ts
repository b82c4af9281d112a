import { sweepTable } from '../support/sweep/sweepTable';

sweepTable('sweep', [100, 500]);
