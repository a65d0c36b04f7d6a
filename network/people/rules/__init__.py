"""When names, languages, passwords, codes and devices are valid, and in which form they are kept."""
