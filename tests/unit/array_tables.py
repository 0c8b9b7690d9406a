"""Expressions of arrays that native code has, in tables: a result type, and expressions of a parameter ``a``."""

from __future__ import annotations

from typing import Final

OF_FLOATS: Final = """
Array[float]: a*2+1 | -a/3 | a//0.7 | a%0.7 | a%0 | a/0 | a**2 | a**0.5 | a**-1 | 2-a | a*True | +a | a.cumsum() | np.sort(a) | np.unique(a)
Array[float]: a[::-1] | a[1:]-a[:-1] | np.diff(a) | a[a>1] | a[1::2] | np.where(a>1, a, 0.0) | np.clip(a, 0, 2) | a.clip(None, 1.5)
Array[float]: np.sqrt(np.abs(a)) | np.floor(a)+np.ceil(a) | np.trunc(a) | np.rint(a) | np.round(a, 2) | a.round(-1) | np.sign(a)
Array[float]: np.maximum(a, 1.0) | np.minimum(a, a[::-1]) | np.square(a) | np.reciprocal(a) | np.degrees(a) | np.deg2rad(a) | np.fabs(a)
Array[float]: np.concatenate((a, a[:1], a)) | np.hstack([a, a]) | np.zeros_like(a)+np.ones(len(a)) | np.full(3, 2.5) | np.full_like(a, 7)
Array[float]: np.linspace(0, 1, len(a)) | np.linspace(1, 3, 7, endpoint=False) | np.arange(0, 1, 0.1) | np.arange(5, 0, -1.5) | np.repeat(a, 2)
Array[float]: np.array([x * 2 for x in a]) | np.array([1, 2.5]) | np.asarray(a) | np.copy(a) | a.astype(float) | a.cumprod() | a.flatten() | a.ravel()
Array[bool]: a>1 | a==a | a!=1 | (a>0) & (a<3) | (a>0) | (a<-1) | ~(a>0) | np.isnan(a) | np.isinf(a) | np.isfinite(a) | a.astype(bool) | np.logical_not(a)
Array[bool]: np.greater(a, 1) | np.logical_and(a, a > 1) | (a > 1) ^ True
Array[int]: np.argsort(a, kind="stable") | np.where(a>1)[0] | np.flatnonzero(a) | np.searchsorted(np.sort(a), a) | np.arange(3) | np.array([True, False])+1
Array[float, 2]: a[:, None]*a[None, :] | np.outer(a, a) | a.reshape(-1, 1) | a.reshape(2, -1) | np.stack([a, a]) | np.stack([a, a], axis=1)
Array[float, 2]: np.column_stack([a, a]) | np.vstack([a, a]) | np.eye(3) | np.eye(2, 3, k=1) | np.identity(2) | np.zeros((2, 3)) | a[np.newaxis, :]
float: a.sum() | np.mean(a) | a.std() | a.var(ddof=1) | a.min() | a.max() | a.prod() | np.median(a) | a[0] | a[-1]+a[1] | abs(a).max() | np.amax(a)
int: a.argmin() | np.argmax(a) | (a>1).sum() | len(a)+a.size+a.ndim+a.shape[0] | np.count_nonzero(a)
bool: (a>0).all() | (a>0).any() | a.any() | np.all(a)
list[float]: a.tolist() | list(a) | [x + 1 for x in a] | [x for x, y in zip(a, a[1:]) if x < y] | [x for x in reversed(a)]
"""
OF_INTS: Final = """
Array[int]: a*2+1 | a//3 | a%3 | a%0 | a//0 | a*a | a**3 | a<<2 | a>>1 | a<<70 | a&3|4 | a^a | ~a | -a | np.sort(a) | np.unique(a) | a.cumsum()
Array[int]: np.abs(a)-np.sign(a) | np.where(a>1, 1, 0) | a[[0, 1]] | a[np.array([0, -1])] | np.minimum(a, 3) | np.array([1, 2, 3])+a | a[a>1] | a+True
Array[int]: np.diff(a) | np.concatenate((a, a)) | np.square(a) | np.negative(a) | a.astype(int) | np.clip(a, 1, 2) | a.cumprod()
Array[float]: a/2 | a*0.5 | np.sqrt(np.abs(a)) | a.astype(float) | np.clip(a, 0.5, 2) | np.where(a>1, a, 0.5) | 2.0**np.clip(a, 0, 5)
Array[bool]: a>1 | (a>1) & (a<5) | a==a[::-1] | a.astype(bool)
int: a.sum() | a.max() | a.min() | a.prod() | a@a | np.dot(a, a) | a.argmax() | a[0]*2 | a[0]//a[1] | a[0]%a[1] | max(x for x in a)
float: a.mean() | a.std() | np.median(a) | a[0]/2
"""
OF_BOOLS: Final = """
Array[bool]: ~a | a+a | a*a | a&a | a|False | a^True | a==False | a[::-1] | np.where(a, False, True)
Array[int]: a+1 | np.flatnonzero(a) | np.where(a)[0] | a.cumsum() | a.astype(int)
Array[float]: a*1.5 | a/2
int: a.sum() | np.count_nonzero(a) | a.argmax()
float: a.mean()
bool: a.any() | a.all() | a[0]
"""
OF_TABLES: Final = """
Array[float, 2]: a*2+1 | a.T | a+a[0] | a-a.mean(axis=1)[:, None] | a-a.mean(axis=1, keepdims=True) | a/a.sum(axis=0) | a[1:, ::2] | a[::-1]
Array[float, 2]: a[a[:, 0]>0] | a[np.array([0, 0])] | a[:, np.array([0, 0, 1])] | a.cumsum(axis=0) | a.cumsum(axis=1) | np.sort(a) | np.sort(a, axis=0)
Array[float, 2]: a.reshape(a.shape[1], a.shape[0]) | np.where(a>0, a, -1) | np.zeros(a.shape)+np.ones_like(a) | np.vstack([a, a[0]]) | np.hstack([a, a])
Array[float, 2]: np.concatenate((a, a), axis=1) | np.diff(a) | np.round(a, 1) | np.minimum(a, a[0]) | np.array([[1., 2.], [3., 4.]]) | a.T*2 | a[:, ::-1]+a
Array[float, 2]: a[:, 1:]-a[:, :-1] | a[1:]-a[:-1] | a[:, :1]*a[:1, :]
Array[float]: a[0] | a[:, 1] | a[-1, 1:] | a[a>2] | a.sum(axis=0) | a.sum(axis=1) | a.T.sum(axis=0) | a.sum(axis=-1) | a.std(axis=0) | a.std(axis=1)
Array[float]: a.T.var(axis=1) | a.min(axis=0) | a.max(axis=1) | a.prod(axis=0) | a.prod(axis=1) | a.cumsum() | a.flatten() | a.T.flatten() | a.ravel()
Array[float]: a.reshape(-1) | np.unique(a) | np.mean(a, 1) | np.array([r.max() for r in a]) | a[:, 0]
Array[int]: a.argmin(axis=0) | a.argmax(axis=1) | (a>0).sum(axis=1)
Array[int, 2]: np.argsort(a, axis=0, kind="stable") | a.argsort(kind="stable")
Array[bool]: (a>0).any(axis=0) | (a>0).all(axis=1)
float: a.sum() | a.T.sum() | a[:, 1:3].sum() | a[::2].sum() | a[::-1].sum() | a[:, ::-1].sum() | a.std() | a.T.std() | a[:, 1:].var() | a.max() | a[1, 2] | a.T.prod()
int: a.argmax() | a.size+len(a)+a.ndim
tuple[int, int]: a.shape
"""
TURNED: Final = """
float: (a.T*2)[::2].sum() | (a.T*2).sum() | (a.T+a.T[0]).mean() | np.abs(a.T).std() | (a.T*1.5+a.T).T.sum() | (a.T/a.sum(axis=1)).sum()
float: np.array(a.T).sum() | np.copy(a.T).sum() | a.T.astype(float).sum() | a.T.copy().sum() | np.where(a.T>0, a.T, -1.5).sum()
float: (a.T[::2]*3).sum() | (a[:, ::-1].T*3).sum() | np.clip(a.T, -1, 5).mean() | (a[1:].T-a[:-1].T).sum() | (a.T[:, :1]*a.T).sum()
float: (a.T-a.T.mean(axis=1, keepdims=True)).var() | np.maximum(a.T, a.T[:1]).sum() | (a[::2, 1:].T**2).sum() | np.round(a.T, 2).sum()
Array[float]: (a.T*2).sum(axis=0) | (a.T*2).sum(axis=1) | (a.T-a.T.mean(axis=0)).std(axis=1) | ((a-a.mean(axis=0)).T*2).sum(axis=1)
Array[float]: (a.T/2).ravel() | (a.T/2).flatten() | (a.T*2)[0] | (a.T*2)[:, 1] | (a.T*2).cumsum() | (a.T*2).var(axis=0) | (a.T*2)[1:].sum(axis=0)
Array[float, 2]: (a.T*2).T | (a.T*2).reshape(a.shape[0], a.shape[1]) | (a.T*2).cumsum(axis=1) | np.vstack([a.T*2, a.T]) | (a.T*2)[1:, ::2] | np.sort(a.T*2)
"""
"""What numpy computes of columns it lays out by columns, which the order of sums shows."""


def lines(table: str) -> list[tuple[str, str]]:
    """Result types and expressions of a table: alternatives stand between bars with spaces that are not in brackets."""
    found = []
    for row in table.strip().splitlines():
        result, _, rest = row.partition(": ")
        part = ""
        for piece in rest.split(" | "):
            part = f"{part} | {piece}" if part else piece
            if part.count("(") == part.count(")"):
                found.append((result, part))
                part = ""
    return found
