#include "dialect/Pch/Pch.h"
