«import os
import sys

NAME = 1¦»
