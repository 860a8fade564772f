"""The grammar of the policy language, in four parts read together: policy, expression, keywords, terminals."""
