import Foundation
import ParleyClient

// A chat user and a phone talk: `PARLEY_TOKEN=TOKEN bridge +15557770001`. The token is the chat user's; the phone hangs up with "bye".
let settings = ProcessInfo.processInfo.environment
let phone = CommandLine.arguments.dropFirst().first ?? "+15557770001"
guard let url = URL(string: settings["PARLEY_URL"] ?? "http://127.0.0.1:8460"), let token = settings["PARLEY_TOKEN"] else {
    print("usage: PARLEY_TOKEN=TOKEN bridge [PHONE NUMBER]")
    exit(64)
}
let client = ConversationsClient(url: url, token: token)
let conversation = try await client.createConversation(friendlyName: "Bridge")
let messages = conversation.messageAdded  // holds what comes from here on
try await conversation.join()
try await conversation.addNonChatParticipant(proxyAddress: settings["PARLEY_PROXY"] ?? "+15550100000", address: phone)
try await conversation.sendMessage("The plumber comes at nine.")
for await message in messages {
    print("\(message.index)  \(message.author ?? ""): \(message.body ?? "")")
    if message.author == phone, message.body == "bye" { break }
}
try await conversation.delete()
await client.shutdown()
