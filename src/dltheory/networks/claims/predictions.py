"""What was predicted of networks before it was measured, with the tolerances.

Committed before the recorded runs were made, and not touched since: the history of this file shows it. Pilot runs with
seeds from 100 on chose step sizes and lengths; the recorded runs have seeds 0, 1, 2 and so on, and no pilot had them.
"""

#: Sharpness settles at the line of its method, whatever the method: mean over the second half of a run, over the line.
PLATEAU = 1.0
PLATEAU_TOLERANCE = 0.05
#: Steps of 25 examples settle below the line, by more than that tolerance: gradient descent with lines 8 and 10.
MINIBATCH_BELOW = 1 - PLATEAU_TOLERANCE
#: With cross-entropy nothing settles: at the end of 400 steps sharpness is below a tenth of every line.
CROSS_ENTROPY_END = 0.1
#: The second term of the Hessian starts at more than a quarter of the first (spectral norms), ends below a tenth of it,
#: and along the sharpest direction it is below two per cent at the end.
SECOND_TERM_START, SECOND_TERM_END, SECOND_TERM_ALONG = 0.25, 0.1, 0.02
#: The line is no guarantee: with a memory of 0.9 and a line of 10 every run diverges, although its first sharpness is
#: below 5.
STRONG_MEMORY_DIVERGES = True

# The linearised network: one hidden layer, widths 16 to 2048, five seeds.
#: Weights move, relative to their size, like width^(-1/2). A bound for the outputs' error has the same exponent (Lee et
#: al. 2019); but the first correction is odd in the last layer's weights, whose signs are random, so that it should
#: average out and leave width^-1 where the network is wide: from width 256 on. Over all widths the exponent is between.
MOVED_SLOPE, MOVED_TOLERANCE = -0.5, 0.05
WIDE, WIDE_SLOPE, WIDE_TOLERANCE = 256, -1.0, 0.15
#: At width 2048 outputs stay within one per cent of the linear model's over 400 steps, for gradient descent and for
#: momentum with beta = 0.3.
WIDEST_ERROR = 0.01
#: There each of the first ten directions is half learnt when predicted, within one step or five per cent.
HALF_TIME_TOLERANCE, HALF_TIME_DIRECTIONS = 0.05, 10
