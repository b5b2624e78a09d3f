from .classes import OptimalKMeans as OptimalKMeans
from .classes import SphericalGaussianMixture as SphericalGaussianMixture
from .diagnosis import Diagnosis as Diagnosis
from .diagnosis import diagnose as diagnose
from .estimators.kmeans import kmeans as kmeans
from .estimators.known_variance import known_variance as known_variance
from .estimators.mixture import mixture as mixture
from .estimators.spherical_mixture import spherical_mixture as spherical_mixture

__version__: str
__all__: list[str]
