"""The statements of the chapter that are printed in matrices and limits: the same objects as the evidence, as words."""

from __future__ import annotations

import sympy as sp

from dltheory.networks.derivation.symbols import epsilon, eta, keep, ridge, sigma_i
from verifiedbook.reading import expectation, noncommuting, norm, over, pseudo_inverse, space

entrywise, transpose, diag = sp.Function("entrywise"), sp.Function("transpose"), sp.Function("diag")
limsup, little_o = sp.Function("limsup"), sp.Function("o")
R, t = sp.Symbol("R"), sp.Symbol("t")
n, d, k, m = sp.symbols("n d k m", integer=True, positive=True)
j, i = sp.symbols("j i", integer=True)

#: The Hessian behind a linear model: loss, outputs and their Hessians, and the matrices.
J, S, H, F_i = noncommuting("J S H F_i")
theta, theta_star, theta_t, theta_0 = noncommuting("theta theta_star theta_t theta_0")
f, gradient, loss, f_i = sp.Function("f"), sp.Function("G"), sp.Symbol("L"), sp.Symbol("f_i", real=True)
phi, slope_of, bend_of = sp.Function("phi"), sp.Function("phi_d"), sp.Function("phi_dd")
sum_of_losses = over("sum", phi(f_i), "i")
gauss_newton = transpose(J) * S * J
second_term = over("sum", slope_of(f_i) * F_i, "i")
#: The distance of a run from the minimum, and what it grows by in the long run.
distance = norm(theta_t - theta_star)
spectral_radius = sp.Symbol("rho", nonnegative=True)

#: The linearised network.
y, f_0, r_t, r_next, r_0, I, U, Sigma, V, u_i = noncommuting("y f_0 r_t r_next r_0 I U Sigma V u_i")
linear_model = f_0 + J * (theta - theta_0)
factorised = U * Sigma * transpose(V)
residual_next = (I - 2 * eta * J * transpose(J)) * r_t
coordinate = transpose(u_i) * r_t
coordinate_after = (1 - 2 * eta * sigma_i**2) ** t * transpose(u_i) * r_0
nearest = theta_0 + pseudo_inverse(J) * (y - f_0)

#: Dropout on frozen features, and on the last layer of a network.
A, B, X, w, w_star, Gamma = noncommuting("A B X w w_star Gamma")
activations = (A, r"\in", space(R, n, k))
column_norms = diag(transpose(A) * A)
masked_loss = expectation(norm(y - entrywise(B / keep, A) * w) ** 2)
ridge_loss = norm(y - A * w) ** 2 + ridge * norm(Gamma * w) ** 2
minimiser = (transpose(A) * A + ridge * Gamma**2) ** -1 * transpose(A) * y
W, W_j, a, a_noisy = noncommuting("W W_j a a_noisy")
activation = sp.Symbol("a_j", real=True)
noisy_activation, noise = sp.Symbol("atilde_j", real=True), sp.Symbol("u_j", real=True)
curve, example_activation = sp.Symbol("l_jj", real=True), sp.Symbol("a_ij", real=True)
ell = sp.Function("ell")
moved_activation = (1 + epsilon * noise) * activation
expanded = ell(a) + epsilon**2 / 2 * sp.Sum(activation**2 * curve, (j, 1, k)) + little_o(epsilon**2)
squared = norm(y - W * a) ** 2
squared_mean = ell(a) + ridge * sp.Sum(norm(W_j) ** 2 * activation**2, (j, 1, k))
#: The mean loss after single weights of the last layer have gone at random.
whole_loss = sp.Symbol("L_0", real=True)
pruned_mean = whole_loss + ridge * sp.Sum(norm(W_j) ** 2 * sp.Sum(example_activation**2, (i, 1, n)), (j, 1, k))

#: Units of the inputs.
C = noncommuting("C")[0]
rescaled = entrywise(B, X * C) * C**-1 * transpose(W)
plain = entrywise(B, X) * transpose(W)

#: The small networks: a logit with its mask and without, one input and target, and a weight after two steps.
logit, plain_logit, one_input, one_target, second_iterate = sp.symbols("z z_0 x y v_2", real=True)

#: Dropout on the last hidden layer while the layers below learn: all outputs, and one; the whole Hessian.
Y, A_tilde, W_tilde, G, H_all = noncommuting("Y A_tilde W_tilde G H_theta")
layer_masked = expectation(norm(Y - entrywise(B / keep, A) * transpose(W)) ** 2)
layer_penalised = norm(Y - A * transpose(W)) ** 2 + ridge * norm(W * Gamma) ** 2
layer_standardised = norm(Y - A_tilde * transpose(W_tilde)) ** 2 + ridge * norm(W_tilde) ** 2
layer_curvature = 2 * (transpose(A) * A + ridge * Gamma**2)
kappa, condition_number = sp.Function("kappa"), sp.Symbol("kappa", real=True)
G_jj = sp.Symbol("G_jj", positive=True)
ratio_of_columns = over("max", G_jj, "j") / over("min", G_jj, "j")
W_cj, y_c = sp.symbols("W_cj y_c", real=True)
unit_contribution, shared_target = activation * W_cj, y_c / (k + ridge)

#: The chain of three weights, and two units side by side.
chain_h = sp.Symbol("h", real=True)
unit_v, unit_w, unit_s = sp.symbols("v_j w_j s_j", real=True)
