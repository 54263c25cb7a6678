package org.p2pvpn.cli.underlay;

/**
 * Kinds of NAT by their usual names, told by RFC 4787's two behaviours. None of them hairpins, and
 * none keeps a port's number.
 */
public enum NatKind {
  FULL_CONE(Behaviour.ENDPOINT_INDEPENDENT, Behaviour.ENDPOINT_INDEPENDENT),
  RESTRICTED(Behaviour.ENDPOINT_INDEPENDENT, Behaviour.ADDRESS_DEPENDENT),
  PORT_RESTRICTED(Behaviour.ENDPOINT_INDEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT),
  SYMMETRIC(Behaviour.ADDRESS_AND_PORT_DEPENDENT, Behaviour.ADDRESS_AND_PORT_DEPENDENT);

  /** RFC 4787, sections 4.1 (of a mapping) and 5 (of a filter). */
  public enum Behaviour {
    ENDPOINT_INDEPENDENT,
    ADDRESS_DEPENDENT,
    ADDRESS_AND_PORT_DEPENDENT
  }

  private final Behaviour mapping;
  private final Behaviour filtering;

  NatKind(Behaviour mapping, Behaviour filtering) {
    this.mapping = mapping;
    this.filtering = filtering;
  }

  public Behaviour mapping() {
    return mapping;
  }

  public Behaviour filtering() {
    return filtering;
  }
}
