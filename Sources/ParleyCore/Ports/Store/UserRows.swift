/// Questions about users of applications and their conversations.
public protocol UserReading {}

/// Changes to users of applications and their conversations.
public protocol UserWriting: UserReading {}
