package org.p2pvpn.overlay.score;

import java.util.Locale;

/** A hop's place in a path. The only hop of a path of one is its exit. */
public enum Position {
  GUARD(Role.RELAY),
  MIDDLE(Role.RELAY),
  EXIT(Role.EXIT);

  private final Role role;

  Position(Role role) {
    this.role = role;
  }

  Role role() {
    return role;
  }

  static Position of(int slot, int hops) {
    if (slot == hops - 1) {
      return EXIT;
    }
    return slot == 0 ? GUARD : MIDDLE;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
