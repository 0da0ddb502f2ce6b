package main

import (
	"fmt"

	"fourfold.example/bench/benchv1"
)

// The users of ../../parts/users.ts.
func sampleUsers() map[string]*benchv1.GetUserResponse {
	users := map[string]*benchv1.GetUserResponse{}
	for index := range 1000 {
		id := fmt.Sprintf("0190b1c2-7b1e-7cc3-98c4-%012x", index)
		users[id] = &benchv1.GetUserResponse{
			Id:    id,
			Name:  fmt.Sprintf("User %d", index),
			Email: fmt.Sprintf("user%d@example.com", index),
		}
	}
	return users
}

// The rule of ../../parts/rules.ts, by hand, since a regular expression of Go would take most of the call.
func isUUID(text string) bool {
	if len(text) != 36 {
		return false
	}
	for at, character := range []byte(text) {
		switch at {
		case 8, 13, 18, 23:
			if character != '-' {
				return false
			}
		default:
			isDigit := character >= '0' && character <= '9'
			lower := character | 0x20
			if !isDigit && !(lower >= 'a' && lower <= 'f') {
				return false
			}
		}
	}
	return true
}
