"""The symbols of the chapter, one meaning each (the notation table of the book)."""

import sympy as sp

eta = sp.Symbol("eta", positive=True)  # step size
beta = sp.Symbol("beta", positive=True)  # weight of the new gradient in the moving average, at most 1
sigma = sp.Symbol("sigma", positive=True)  # singular value of the mode
z = sp.Symbol("z")  # variable of the characteristic polynomial

alpha = sp.Symbol("alpha", positive=True)  # heavy ball's step, eta * beta
mu = sp.Symbol("mu", real=True)  # heavy ball's memory, 1 - beta
h = sp.Symbol("h", positive=True)  # curvature of the mode, 2 sigma**2
m = sp.Symbol("m", positive=True)  # smallest curvature
ell = sp.Symbol("ell", positive=True)  # largest curvature
kappa = sp.Symbol("kappa", positive=True)  # condition number ell / m
q = sp.Symbol("q", positive=True)  # heavy ball's optimal rate, below 1
nu = sp.Symbol("nu", positive=True)  # variance of the gradient noise

t = sp.Symbol("t", integer=True, nonnegative=True)  # iteration
