package org.p2pvpn.tun;

/**
 * What a TUN device takes off our hands.
 *
 * @param virtioHeader the kernel itself speaks virtio headers; without it all others are false
 * @param checksum packets may come and go with a partial checksum
 * @param tso TCP super-packets, both families, ECN included
 * @param uso UDP super-packets, both families (Linux 6.2 and later)
 * @param degradedBecause a sentence for the operator when something above is missing, else empty
 */
public record TunOffloads(
    boolean virtioHeader, boolean checksum, boolean tso, boolean uso, String degradedBecause) {
  public static final TunOffloads ALL = new TunOffloads(true, true, true, true, "");
  public static final TunOffloads NONE =
      new TunOffloads(false, false, false, false, "offloads were not asked for");

  public TunOffloads {
    if (((tso || uso) && !checksum) || (checksum && !virtioHeader)) {
      throw new IllegalArgumentException(
          "super-packets need checksum offload, which needs virtio headers");
    }
  }

  public TunOffloads withoutUso(String because) {
    return new TunOffloads(virtioHeader, checksum, tso, false, because);
  }

  public TunOffloads withoutSuperPackets(String because) {
    return new TunOffloads(virtioHeader, checksum, false, false, because);
  }

  public TunOffloads withoutAny(String because) {
    return new TunOffloads(virtioHeader, false, false, false, because);
  }
}
