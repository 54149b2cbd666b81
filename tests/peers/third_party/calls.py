"""Calls into SciPy, einops and array-api-extra, as they are written by whoever uses them.

The calls are expressions over the arrays of `ARRAYS`; `OTHERS` has arrays of other sizes.
`REFUSED` has calls that cannot be traced, with why.
"""

from __future__ import annotations

import os
from typing import Any

os.environ["SCIPY_ARRAY_API"] = "1"  # before scipy is imported

import array_api_compat as compat
import array_api_extra as xpx
import einops.array_api
import numpy as np
from scipy import (
    constants,
    differentiate,
    fft,
    integrate,
    interpolate,
    linalg,
    ndimage,
    optimize,
    signal,
    spatial,
    special,
    stats,
)
from scipy.cluster import vq

#: The names that the calls use.
NAMES: dict[str, Any] = {
    "np": np, "compat": compat, "xpx": xpx, "einops": einops, "constants": constants,
    "differentiate": differentiate, "fft": fft, "integrate": integrate, "interpolate": interpolate,
    "linalg": linalg, "ndimage": ndimage, "optimize": optimize, "signal": signal, "spatial": spatial,
    "special": special, "stats": stats, "vq": vq,
}  # fmt: skip


def arrays(rows: int, columns: int, length: int) -> dict[str, Any]:
    """What the calls are made on, in some sizes."""
    rng = np.random.default_rng(rows)
    return {
        "x": rng.uniform(0.1, 0.9, (rows, columns)),
        "y": rng.uniform(0.1, 0.9, (rows, columns)),
        "v": rng.uniform(0.1, 0.9, length),
        "w": rng.uniform(0.1, 0.9, length),
        "a": rng.uniform(-1, 1, (rows, 3, columns)),
        "b": rng.uniform(0.0, 1.0, (rows, 4, 6, columns)),
        "n": rng.integers(0, 5, (rows, columns)),
        "i": rng.integers(0, 9, length),
        "z": rng.uniform(-1, 1, (rows, columns)) + 1j * rng.uniform(-1, 1, (rows, columns)),
    }


ARRAYS = arrays(5, 7, 8)
OTHERS = arrays(4, 9, 12)

SCIPY = """
special.expit(x)
special.logit(x)
special.log_expit(x)
special.erf(x)
special.entr(x)
special.xlogy(x, y)
special.rel_entr(x, y)
special.softmax(x, axis=-1)
special.log_softmax(x, axis=-1)
special.logsumexp(x, axis=1)
special.logsumexp(x, axis=0, b=y, keepdims=True)
special.softplus(x)
special.sinc(x)
stats.zscore(x, axis=1)
stats.zmap(x, y, axis=1)
stats.gzscore(x, axis=1)
stats.gmean(x, axis=1)
stats.hmean(x, axis=1)
stats.pmean(x, 3, axis=1)
stats.gstd(x, axis=1)
stats.skew(x, axis=1)
stats.kurtosis(x, axis=1)
stats.moment(v, 3)
stats.variation(x, axis=1)
stats.sem(x, axis=1)
stats.iqr(x, axis=1)
stats.entropy(x, axis=1)
stats.entropy(v, w)
stats.differential_entropy(x, axis=1)
stats.kstat(v, 3)
stats.circmean(x, axis=1)
stats.circvar(x, axis=1)
stats.circstd(x, axis=1)
stats.directional_stats(x).mean_direction
stats.rankdata(x, axis=1)
stats.tmean(v)
stats.tvar(v)
stats.tstd(v)
stats.tmin(v)
stats.trim_mean(x, 0.1, axis=1)
stats.quantile(x, 0.3, axis=1)
stats.boxcox_llf(0.5, v)
stats.expectile(v)
stats.obrientransform(v, w)
stats.false_discovery_control(v)
stats.norm.pdf(x)
stats.norm.logpdf(x)
stats.expon.pdf(x)
stats.cauchy.pdf(x)
stats.logistic.cdf(x)
stats.multivariate_normal.logpdf(x[:, :2], np.zeros(2), np.eye(2))
stats.Normal(mu=0.0, sigma=1.0).pdf(x)
stats.Uniform(a=0.0, b=1.0).cdf(x)
signal.detrend(x, axis=1, type='constant')
signal.hilbert(x, axis=1)
signal.hilbert2(x)
signal.envelope(v)
signal.convolve(v, w)
signal.fftconvolve(v, w)
signal.oaconvolve(v, w)
signal.periodogram(v)
signal.vectorstrength(v, 0.5)
signal.resample(v, 16)
signal.freqz(v)
signal.gauss_spline(x, 3)
signal.sawtooth(x)
signal.square(x)
signal.gausspulse(x)
signal.chirp(v, 1.0, 1.0, 2.0)
fft.fft(x)
fft.ifft(z)
fft.rfft(x, axis=0)
fft.irfft(z)
fft.hfft(z)
fft.fft2(x)
fft.rfftn(a)
fft.fftshift(x)
integrate.trapezoid(x, dx=0.1, axis=1)
integrate.simpson(x, dx=0.1, axis=1)
integrate.cumulative_trapezoid(x, dx=0.1, axis=1)
integrate.cumulative_simpson(x, dx=0.1, axis=1)
ndimage.sum(x)
vq.whiten(x)
linalg.norm(x)
linalg.khatri_rao(x, y)
linalg.block_diag(x, y)
spatial.distance.braycurtis(v, w)
spatial.minkowski_distance(x, y)
spatial.transform.Rotation.from_quat(x[:, :4]).as_matrix()
spatial.transform.Rotation.from_rotvec(x[:, :3]).apply(y[:, :3])
interpolate.KroghInterpolator(np.arange(4.0), np.arange(4.0) ** 2)(v)
interpolate.interp1d(np.arange(7.0), np.arange(7.0) ** 2)(v)
optimize.rosen(v)
optimize.rosen_der(v)
differentiate.derivative(np.sin, v).df
constants.convert_temperature(x, 'Celsius', 'Kelvin')
constants.lambda2nu(x)
"""

EINOPS = """
einops.rearrange(b, 'b h w c -> b c h w')
einops.rearrange(b, 'b h w c -> (b h) (w c)')
einops.rearrange(b, 'b (h p) (w q) c -> b (h w) (p q c)', p=2, q=3)
einops.rearrange([x, y], 'k a b -> a b k')
einops.reduce(b, 'b h w c -> b c', 'mean')
einops.reduce(b, 'b (h 2) (w 2) c -> b h w c', 'max')
einops.repeat(x, 'a b -> a r b', r=3)
einops.repeat(x, 'a b -> (2 a) b')
einops.einsum(x, y, 'i j, k j -> i k')
einops.pack([x, y], 'a *')[0]
einops.unpack(a, [[1], [2]], 'a * b')
einops.array_api.rearrange(b, 'b h w c -> b c h w')
einops.array_api.reduce(b, 'b h w c -> b c', 'mean')
"""

EXTRA = """
xpx.angle(z)
xpx.apply_where(x > 0.5, (x, y), lambda s, t: s * t, lambda s, t: s - t)
xpx.argpartition(v, 3)[3]
xpx.at(x)[1:3].set(0.5)
xpx.at(x, x > 0.5).set(0.0)
xpx.at(x)[:, 0].multiply(2.0)
xpx.atleast_nd(v, ndim=3)
xpx.cov(x)
xpx.create_diagonal(v)
xpx.deg2rad(x)
xpx.expand_dims(x, axis=(0, 2))
xpx.isclose(x, y)
xpx.isin(n, i)
xpx.kron(x, y)
xpx.nan_to_num(x)
xpx.nanmean(x, axis=1)
xpx.nunique(n)
xpx.one_hot(i, 9)
xpx.pad(x, [(1, 2), (0, 3)], constant_values=1.5)
xpx.partition(v, 3)[3]
xpx.searchsorted(w, x)
xpx.setdiff1d(n, i)
xpx.sinc(x)
xpx.union1d(n, i)
xpx.unravel_index(i, (3, 4))
"""

#: What is refused, and why.
SCIPY_REFUSED = {
    "special.betainc(x, y, y)": "compiled, and no operator",
    "special.stdtrit(x, y)": "compiled, and no operator",
    "special.multigammaln(v + 5, 3)": "the compiled `gammaln`, called on a list",
    "stats.pearsonr(v, w)": "its p-value is the compiled `betaincc`",
    "stats.ttest_ind(x, y, axis=1)": "its p-value is the compiled `stdtr`",
    "stats.chisquare(v)": "its p-value is the compiled `chdtrc`",
    "stats.skewtest(v)": "its p-value is the compiled `ndtr`",
    "stats.norm.cdf(x)": "the compiled `ndtr`",
    "stats.spearmanr(v, w)": "`np.apply_along_axis`, a loop over rows in Python",
    "stats.linregress(v, w)": "its p-value is the compiled `stdtr`",
    "signal.detrend(x, axis=1)": "least squares in compiled LAPACK",
    "signal.lfilter(v[:3], v[3:5], w)": "compiled",
    "signal.upfirdn(v, w)": "compiled",
    "signal.find_peaks(v)": "compiled",
    "signal.medfilt(v)": "compiled",
    "signal.savgol_filter(v, 5, 2)": "compiled convolution of `ndimage`",
    "signal.stft(v)": "`np.arange` of computed floats, whose length depends on data",
    "signal.welch(v)": "asks `isinstance(n, int)` of a size",
    "fft.dct(x)": "compiled",
    "ndimage.gaussian_filter(x, 1.0)": "compiled",
    "vq.vq(x, y[:3])": "compiled",
    "linalg.expm(x[:4, :4])": "compiled",
    "linalg.svdvals(x)": "compiled LAPACK; `np.linalg.svd` is traced",
    "linalg.toeplitz(v)": "views of strides",
    "spatial.distance.cdist(x, y)": "compiled",
    "spatial.distance.cosine(v, w)": "gives a Python float",
}
