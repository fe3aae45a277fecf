#include "compiler/Support/Pch.h"
