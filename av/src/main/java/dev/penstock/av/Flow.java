package dev.penstock.av;

/** What a codec or a filter graph answers when it is fed or emptied. */
public enum Flow {
  /** It gave, or took, one. */
  OK,
  /** It wants more input first (or, when fed, wants to be emptied first). */
  AGAIN,
  /** It gives nothing any more. */
  END
}
